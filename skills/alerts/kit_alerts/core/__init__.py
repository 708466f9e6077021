"""What alert rules mean, and when they fire: pure functions of what was measured."""
