"""HTTP views: read a request, call services, render a template or redirect. They hold no rules of their own."""
