"""What holds template.yaml and docs/ to our rules, without a cloud or a build."""
