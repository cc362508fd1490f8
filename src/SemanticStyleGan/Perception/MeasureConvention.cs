namespace SemanticStyleGan.Perception;

/// <summary>
/// The two ways in which Fréchet distances of Inception features are published. Their values can't be compared with each other, so every
/// result says which one it is.
/// </summary>
public enum MeasureConvention
{
    /// <summary>8-bit pictures into the TorchScript file of the 2015 Inception; covariance over N; nothing added.</summary>
    StyleGan,

    /// <summary>Pictures in [-1, 1] resized to 299 pixels (bilinear, corners aligned) into an ImageNet Inception v3; covariance over N − 1; 1e-6 on the diagonals of the covariances whose product's root is taken.</summary>
    SemanticStyleGan,
}
