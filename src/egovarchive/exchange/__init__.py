"""Files that other systems read and write: case JSON, retention schedules."""
