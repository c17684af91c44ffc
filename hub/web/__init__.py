"""On top of the rooms: shell, navigation, home, front-end build."""
