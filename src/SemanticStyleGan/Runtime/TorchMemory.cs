namespace SemanticStyleGan.Runtime;

/// <summary>What the caching allocator holds.</summary>
/// <param name="LiveBytes">Bytes in tensors that exist.</param>
/// <param name="CachedBytes">Bytes kept for later tensors.</param>
/// <param name="PeakBytes">The most bytes that tensors took at once in the last 10–20 s.</param>
/// <param name="Requests">How many blocks libtorch has asked for.</param>
/// <param name="Mappings">How many of them needed fresh memory of the system.</param>
public readonly record struct TorchMemory(long LiveBytes, long CachedBytes, long PeakBytes, long Requests, long Mappings);
