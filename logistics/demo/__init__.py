"""The logistics of the demo: `story` says what happened, `chapter` tells it through the same acts people use."""
