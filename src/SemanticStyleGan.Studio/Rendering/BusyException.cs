namespace SemanticStyleGan.Studio.Rendering;

/// <summary>More is asked for than can be done soon; the client shall come back later (HTTP 503).</summary>
internal sealed class BusyException(string message) : Exception(message);
