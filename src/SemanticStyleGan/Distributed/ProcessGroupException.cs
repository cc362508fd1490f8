namespace SemanticStyleGan.Distributed;

/// <summary>The ranks can't go on together: one has died or hangs, or the network between them fails. The message says which, where that is known.</summary>
public sealed class ProcessGroupException(string message) : Exception(message);
