/// Version of Nightreel; stored with every run.
public let nightreelVersion = "0.1.0"
