namespace SemanticStyleGan.Data.Faces;

/// <summary>What is behind a drawn face.</summary>
public enum BackdropStyle
{
    /// <summary>Two colours, fading.</summary>
    Gradient,

    /// <summary>A bright spot behind the head.</summary>
    Glow,

    /// <summary>Soft discs of light.</summary>
    Bokeh,

    /// <summary>Broad slanting stripes.</summary>
    Stripes,

    /// <summary>A regular pattern of dots.</summary>
    Dots,

    /// <summary>Sky and rolling hills.</summary>
    Hills,

    /// <summary>One large disc behind the head.</summary>
    Disc,
}
