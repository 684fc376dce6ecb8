"""The commands of the shell: a module for each stage of a study."""
