// CONTRACT FILE: to be split by the implementer.
