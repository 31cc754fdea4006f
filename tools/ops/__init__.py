"""What a person runs on a stack, or on the project: redrive, restore, costs, the list of common passwords."""
