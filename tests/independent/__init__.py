"""The rules of docs/rules.md worked out a second time, from the text, and held against the program over invented histories."""
