"""How fast K.I.T. is, beside a peer or a plain loop. Run: python -m bench [--quick] [NAME…]."""
