"""WordPress sites, over their own REST API with an application password."""
