using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>Networks with fixed random weights, biases and noise strengths among them, which would otherwise begin as zeros.</summary>
internal static class BenchmarkWeights
{
    internal static SemanticGenerator Generator(GeneratorConfig config) => Fill(new SemanticGenerator(config, new Initializer(0, CPU)));

    /// <summary>Gives biases and noise strengths numbers of their own.</summary>
    internal static T Fill<T>(T network) where T : nn.Module
    {
        using IDisposable _ = no_grad();
        using Generator random = new(2);
        foreach ((string name, Tensor weight) in Weights.Of(network))
            if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("noise_strength", StringComparison.Ordinal)) weight.add_(randn(weight.shape, generator: random).mul_(Constant(0.1)), Constant(1));
        return network;
    }
}
