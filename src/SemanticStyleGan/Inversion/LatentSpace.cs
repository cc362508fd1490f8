namespace SemanticStyleGan.Inversion;

/// <summary>Where codes of pictures are looked for.</summary>
public enum LatentSpace
{
    /// <summary>One w for all slots: stays close to what the model samples, reproduces least.</summary>
    W,

    /// <summary>A code of its own for every slot.</summary>
    WPlus,
}
