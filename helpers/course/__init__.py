"""What only the lessons need: set-up, data, findings, exercises, figures. Not meant to be copied."""
