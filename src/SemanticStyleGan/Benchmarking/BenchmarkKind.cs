namespace SemanticStyleGan.Benchmarking;

/// <summary>What a benchmark's case does once and again.</summary>
public enum BenchmarkKind
{
    /// <summary>Codes to images and masks, without gradients.</summary>
    Synthesis,

    /// <summary>One picture of which one part's codes changed, as an editor makes it; the reference synthesises it anew.</summary>
    Edit,

    /// <summary>The generator forward and backward, from codes to all gradients.</summary>
    Generator,

    /// <summary>The discriminator forward and backward on real and generated pairs.</summary>
    Discriminator,

    /// <summary>R1: the discriminator's gradient on real pairs, differentiated again.</summary>
    R1,

    /// <summary>Path length: the generator's gradient to its codes, differentiated again, on the part of the batch that training takes.</summary>
    PathLength,

    /// <summary>A training iteration with optimiser and moving average; the lazy phases count with the share of iterations that they run in.</summary>
    Training,

    /// <summary>The start of a process, the bundled model and its first picture.</summary>
    FirstPicture,
}
