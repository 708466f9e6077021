"""The characters of a drawing."""

from kit.render.canvas import Canvas


def test_neighbours_of_one_colour_are_one_piece() -> None:
    canvas = Canvas(6, 1, poor=True)
    for column, style in ((1, "red"), (2, "red"), (3, "blue")):
        canvas.dot(column, 0, sign="*", style=style)
    assert list(canvas.row(0)) == [(" ", ""), ("**", "red"), ("*", "blue"), ("  ", "")]
