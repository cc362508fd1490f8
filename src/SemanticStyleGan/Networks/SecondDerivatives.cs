namespace SemanticStyleGan.Networks;

/// <summary>
/// While it lasts, this thread's networks are built of operations whose gradients libtorch differentiates itself. Functions with gradients of their own give right second
/// derivatives too, but compute for them a second time what they have computed before.
/// </summary>
internal sealed class SecondDerivatives : IDisposable
{
    [ThreadStatic]
    private static bool wanted;

    private readonly bool before = wanted;

    private SecondDerivatives() => wanted = true;

    /// <summary>Whether they are to be taken.</summary>
    internal static bool Wanted => wanted;

    /// <summary>Says that they will be.</summary>
    internal static IDisposable Follow() => new SecondDerivatives();

    public void Dispose() => wanted = before;
}
