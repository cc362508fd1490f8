namespace SemanticStyleGan.Metrics;

/// <summary>What an <see cref="Evaluation"/> can measure.</summary>
public enum Measure
{
    /// <summary><see cref="Metrics.SlicedWasserstein"/>; needs no network.</summary>
    SlicedWasserstein,

    /// <summary><see cref="Metrics.ClassRates"/>; needs data with masks of the model's classes.</summary>
    ClassRates,

    /// <summary><see cref="FrechetDistance"/>; needs features.</summary>
    Frechet,

    /// <summary><see cref="KernelDistance"/>; needs features.</summary>
    Kernel,

    /// <summary><see cref="Metrics.PrecisionRecall"/>; needs features.</summary>
    PrecisionRecall,

    /// <summary><see cref="Metrics.InceptionScore"/>; needs a feature file with classes.</summary>
    InceptionScore,

    /// <summary><see cref="MaskAgreement"/>; needs a parser of the model's classes.</summary>
    Agreement,

    /// <summary><see cref="EditLocality"/> where a part's codes are replaced.</summary>
    Locality,

    /// <summary><see cref="EditLocality"/> where a part is switched off: everything outside it stays.</summary>
    Composition,

    /// <summary><see cref="PerceptualPathLength"/>; needs a perceptual distance.</summary>
    PathLength,

    /// <summary><see cref="PerceptualDiversity"/>; needs a perceptual distance.</summary>
    Diversity,

    /// <summary><see cref="Metrics.MaskDiversity"/>; needs no network.</summary>
    MaskDiversity,

    /// <summary><see cref="IdentityDistance"/>; needs a face recognition file.</summary>
    Identity,
}
