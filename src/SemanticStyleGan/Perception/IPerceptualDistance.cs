using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>How different two pictures look, by the features of a network.</summary>
public interface IPerceptualDistance : IDisposable
{
    /// <summary>What people call it, for reports.</summary>
    string Name { get; }

    /// <summary>Distances of pictures pair by pair, at least 0.</summary>
    /// <param name="first"><c>[N, 3, R, R]</c> in [-1, 1].</param>
    /// <param name="second">The same.</param>
    /// <returns><c>[N]</c>.</returns>
    Tensor Between(Tensor first, Tensor second);
}
