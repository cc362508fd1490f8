namespace SemanticStyleGan.Perception;

/// <summary>How a parser brings what it sees at small scales back to the size of the image.</summary>
public enum ParserArchitecture
{
    /// <summary>U-Net (Ronneberger, Fischer, Brox 2015): each scale is upsampled, joined with the encoder's map and convolved.</summary>
    UNet,

    /// <summary>Feature pyramid (Lin et al. 2017) on a residual encoder: 1×1 projections of all scales are upsampled and added.</summary>
    Pyramid,
}
