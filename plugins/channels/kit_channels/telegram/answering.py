"""What a message or a button means for whoever sent it, and what is answered. Nothing here knows of Telegram.

A command that moves money runs only from a button under what it would do: said in words it shows that and asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kit import (
    Action,
    Actions,
    Ambiguous,
    Block,
    Command,
    Effect,
    Heading,
    Invocation,
    KitError,
    NoMatch,
    Notice,
    Reply,
    Services,
    Severity,
    Text,
    UnknownName,
    UsageError,
    command_line,
    spoken,
)

from .roles import is_of_the_machine, is_offered, may, require_leave
from .spelling import named, telegram_names
from .store.shown import Kind

_HELP = ("help", "start")
_EXAMPLES = 6
_WATCH = "watch"  # here there is a button for that
_HELP_STEP = "See /help for what can be asked."


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, and what it does."""

    label: str
    kind: Kind
    invocation: Invocation


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and the buttons below it. `again` is what gives it anew, where it can be looked at again."""

    reply: Reply
    choices: tuple[Choice, ...] = ()
    again: Invocation | None = field(default=None)


class Answers:
    """The answers for people of one role. Everything here waits for the store and the network: not on the loop."""

    def __init__(self, services: Services, role: str) -> None:
        self._services = services
        self._role = role
        self._commands = {each.name: each for each in services.commands()}
        self._names = telegram_names(each for each in services.commands() if is_offered(each))

    def to_text(self, text: str, *, late: bool = False) -> Answer:
        """What is answered to a message. One that comes `late` may ask, and change nothing."""
        try:
            meaning = self._meaning(text)
            if isinstance(meaning, Answer):
                return meaning
            if late and self.allowed(meaning).effect is not Effect.READ:
                raise UsageError("That was written a while ago, and heard only now.", next_step="Say it again.")
        except KitError as error:
            return Answer(trouble(error))
        return self.to(meaning)

    def to(self, invocation: Invocation, *, confirmed: bool = False) -> Answer:
        """What is answered to a command. `confirmed` says that what it does was shown, and a button pressed."""
        try:
            command = self.allowed(invocation)
            if command.needs_confirmation and not confirmed:
                return self._asking_first(command, invocation)
            reply = self._services.invoke(invocation, confirmed=confirmed)
        except KitError as error:
            return Answer(trouble(error))
        again = invocation if command.effect is Effect.READ and reply.document is None else None
        return Answer(reply, self._offered(reply, by=command), again)

    def notification(self, reply: Reply) -> Answer:
        """Something told without having been asked: its buttons show a trade before they ask for it."""
        return Answer(reply, self._offered(reply))

    def allowed(self, invocation: Invocation) -> Command:
        """The command, if this role may do that here. Raises KitError."""
        command = self.command(invocation.command)
        require_leave(self._role, command, invocation)
        return command

    def command(self, name: str) -> Command:
        if name not in self._commands:
            raise UnknownName("command", name)
        return self._commands[name]

    def _meaning(self, text: str) -> Invocation | Answer:
        said = text.strip()
        lead, rest = (*said.split(maxsplit=1), "", "")[:2]
        if lead.startswith("/"):
            name = lead[1:].partition("@")[0]
            return self._help(rest) if name.casefold() in _HELP else named(f"{name} {rest}", self._names)
        if lead.casefold() == "kit" and rest:
            return named(rest, self._names)
        match self._services.understand(said):
            case NoMatch(nearest):
                return self._suggesting(nearest)
            case Ambiguous(meanings):
                return Answer(
                    Reply({}, (Text("That may mean more than one thing:"),)),
                    tuple(Choice(self._line(each), Kind.RUN, each) for each in meanings),
                )
            case meaning:
                return meaning

    def _suggesting(self, nearest: tuple[str, ...]) -> Answer:
        """What is nearest to something that means nothing; what can be asked as it stands is a button."""
        phrases = [spoken(each) for each in nearest]
        listed = f"The nearest I know: {', '.join(f'“{each}”' for each in phrases)}."
        error = UsageError("I do not know what that asks for.", next_step=listed if phrases else _HELP_STEP)
        meanings = [(each, self._services.understand(each)) for each in phrases]
        choices = [
            Choice(phrase, Kind.RUN, meaning)
            for phrase, meaning in meanings
            if isinstance(meaning, Invocation) and may(self._role, self.command(meaning.command))
        ]
        return Answer(trouble(error), tuple(choices))

    def _asking_first(self, command: Command, invocation: Invocation) -> Answer:
        reply = self._services.invoke(Invocation(command.preview, invocation.params))
        there = self._offered(reply, by=self.command(command.preview))
        if any(each.kind is Kind.CONFIRM for each in there):
            return Answer(reply, there)
        cancel = Choice("✖️ Cancel", Kind.DROP, invocation)
        return Answer(reply, (Choice("✅ Execute", Kind.CONFIRM, invocation), cancel, *there))

    def _offered(self, reply: Reply, *, by: Command | None = None) -> tuple[Choice, ...]:
        """The actions of a reply as buttons; those that this person may not press are left out.

        A trade is confirmed by its button only where `by`, the command that replied, has shown it.
        """
        actions = [each for block in reply.blocks if isinstance(block, Actions) for each in block.items]
        return tuple(self._choices(actions, by))

    def _choices(self, actions: list[Action], by: Command | None) -> Iterator[Choice]:
        for action in actions:
            command = self._commands.get(action.invocation.command)
            if command is not None and is_offered(command) and may(self._role, command):
                shown = by is not None and (by.effect is Effect.TRADE or by.name == command.preview)
                kind = Kind.CONFIRM if shown and command.needs_confirmation else Kind.RUN
                yield Choice(f"{action.emoji} {action.label}".strip(), kind, action.invocation)

    def _help(self, topic: str) -> Answer:
        if topic.strip():
            return Answer(_page_of(self._commands[named(topic, self._bare()).command]))
        mine = {name: each for name, each in self._names.items() if not each.hidden and may(self._role, each)}
        # What can be said in many ways is what people ask for.
        phrased = sorted((each for each in mine.values() if each.phrases), key=lambda each: -len(each.phrases))
        phrases = [min(each.phrases, key=lambda phrase: "{" in phrase) for each in phrased[:_EXAMPLES]]
        lines = [f"/{name} {each.summary}" for name, each in sorted(mine.items())]
        blocks: tuple[Block, ...] = (
            Heading("Ask me about your portfolio", "👋"),
            Text("Say it in words:\n" + "\n".join(f"“{spoken(each)}”" for each in phrases)),
            Text("Or by command, as in the terminal:\n" + "\n".join(lines)),
            Text("/help and a command tells more of it."),
        )
        return Answer(Reply(list(mine), blocks))

    def _bare(self) -> dict[str, Command]:
        """The commands without what they need: to ask about one, not for it."""
        from dataclasses import replace

        return {name: replace(each, params=()) for name, each in self._names.items()}

    def _line(self, meaning: Invocation) -> str:
        command = self._commands[meaning.command]
        return " ".join(command_line(command, meaning.params))


def trouble(error: KitError) -> Reply:
    """An error as a reply."""
    notice = Notice(error.message, Severity.ERROR, error.next_step or "")
    return Reply({"error": str(error)}, (notice,), exit_code=error.exit_code)


def _page_of(command: Command) -> Reply:
    params = [
        f"{each.name.upper() if each.positional else f'--{each.name}'}: {each.help}".rstrip(": ")
        for each in command.params
        if not is_of_the_machine(each) and not (command.watchable and each.name == _WATCH)
    ]
    phrases = [f"“{spoken(each)}”" for each in command.phrases]
    sections = [command.summary, command.details, "\n".join(params), "\n".join(phrases)]
    return Reply({"command": command.name}, (Heading(command.name), *(Text(each) for each in sections if each)))
