namespace SemanticStyleGan.Networks;

/// <summary>What of a generator a loss's gradients don't reach.</summary>
internal enum Held
{
    /// <summary>Which part is seen where: the loss moves what is seen, so that no part grows or vanishes for it.</summary>
    Depths,

    /// <summary>The parts altogether: the loss moves what renders them together.</summary>
    Parts,
}
