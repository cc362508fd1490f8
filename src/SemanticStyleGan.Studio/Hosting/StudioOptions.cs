using System.Net;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>Where a studio listens and who may use it.</summary>
public sealed record StudioOptions
{
    /// <summary>The standard port.</summary>
    public const int StandardPort = 5080;

    /// <summary>The address that it listens on; beyond loopback a token is required.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; } = StandardPort;

    /// <summary>What a client must show (<c>Authorization: Bearer …</c>, or once <c>?token=…</c>); null for nothing, on loopback only.</summary>
    public string? Token { get; init; }

    /// <summary>What the page calls the model.</summary>
    public string ModelName { get; init; } = Networks.ModelSource.Default;

    /// <summary>The model's encoder, for a first guess at pictures; null where there is none.</summary>
    public string? EncoderFile { get; init; }

    /// <summary>How much it takes on.</summary>
    public StudioLimits Limits { get; init; } = new();

    /// <summary>Returns these options if they can be used.</summary>
    /// <exception cref="InputException">An address beyond loopback without a token, or a token that is too short.</exception>
    public StudioOptions Validate()
    {
        if (!IPAddress.IsLoopback(Address) && Token is null) throw new InputException($"listening on {Address} lets others in: a token is required.");
        if (Token is { Length: < 16 }) throw new InputException("the token is too short, expected at least 16 characters.");
        return this;
    }
}
