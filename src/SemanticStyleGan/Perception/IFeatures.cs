using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>A network that turns pictures into vectors in which alike pictures are near: what distances between sets of pictures are measured with.</summary>
public interface IFeatures : IDisposable
{
    /// <summary>What people call it, for reports.</summary>
    string Name { get; }

    /// <summary>Stands for the weights and for how pictures are given to them: features of one fingerprint can be compared.</summary>
    string Fingerprint { get; }

    /// <summary>Features of pictures.</summary>
    /// <param name="pictures"><c>[N, 3, R, R]</c> in [-1, 1].</param>
    /// <returns><c>[N, D]</c>.</returns>
    Tensor Embed(Tensor pictures);

    /// <summary>Class probabilities of pictures, <c>[N, classes]</c>; null where the network has no classes.</summary>
    /// <param name="pictures"><c>[N, 3, R, R]</c> in [-1, 1].</param>
    Tensor? Classify(Tensor pictures);
}
