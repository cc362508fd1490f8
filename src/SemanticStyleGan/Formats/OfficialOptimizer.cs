using static TorchSharp.torch;

namespace SemanticStyleGan.Formats;

/// <summary>The state of an Adam optimiser in a checkpoint of the authors, under official parameter names.</summary>
public sealed record OfficialOptimizer
{
    /// <summary>The learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The decay of the first moments.</summary>
    public required double Beta1 { get; init; }

    /// <summary>The decay of the second moments.</summary>
    public required double Beta2 { get; init; }

    /// <summary>What is added to the root of the second moments.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Running means of the gradients, in the shapes of their parameters.</summary>
    public required IReadOnlyDictionary<string, Tensor> FirstMoments { get; init; }

    /// <summary>Running means of the squared gradients.</summary>
    public required IReadOnlyDictionary<string, Tensor> SecondMoments { get; init; }

    /// <summary>How many steps each parameter has taken.</summary>
    public required IReadOnlyDictionary<string, long> Steps { get; init; }
}
