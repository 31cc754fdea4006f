"""What the rules must find: one mistake after the other, made in the template."""
