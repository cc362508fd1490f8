namespace SemanticStyleGan.Networks;

/// <summary>How a generator composes an image of parts.</summary>
public enum GeneratorArchitecture
{
    /// <summary>SemanticStyleGAN: a local generator for each part, fused by a depth competition and rendered together.</summary>
    LocalGenerators,

    /// <summary>The mask/style formulation: one network makes the masks of all parts, another an image of each part's style; the masks blend the images.</summary>
    MaskStyle,
}
