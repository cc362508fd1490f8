namespace SemanticStyleGan.Formats;

/// <summary>Which parts of a checkpoint are loaded; the rest is skipped unread.</summary>
[Flags]
public enum PyTorchMembers
{
    /// <summary>The arguments alone.</summary>
    None = 0,

    /// <summary><c>g</c>: the generator that is trained.</summary>
    Generator = 1,

    /// <summary><c>d</c>: the discriminator.</summary>
    Discriminator = 2,

    /// <summary><c>g_ema</c>: the averaged generator, the one to synthesise with.</summary>
    AverageGenerator = 4,

    /// <summary><c>g_optim</c> and <c>d_optim</c>: moments and steps of the optimisers.</summary>
    Optimizers = 8,

    /// <summary>Everything.</summary>
    All = Generator | Discriminator | AverageGenerator | Optimizers,
}
