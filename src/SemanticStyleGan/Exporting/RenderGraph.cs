using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>The render net as a graph. Its weights don't depend on the code, so they are demodulated here, once.</summary>
internal sealed class RenderGraph(OnnxGraph graph, GeneratorConfig config, IReadOnlyDictionary<string, Tensor> weights)
{
    /// <summary>Image <c>[N, 3, R, R]</c> and mask <c>[N, K, R, R]</c> of fused features <c>[N, F, S, S]</c> and coarse mask <c>[N, K, S, S]</c>.</summary>
    internal (string Image, string Mask) Build(string features, string coarse)
    {
        (int pooling, long k) = (config.CoarseSize / config.MinFeatureSize, config.Parts);
        long[] window = [pooling, pooling];
        string x = graph.Node("AveragePool", [features], ("kernel_shape", window), ("strides", window));
        string? skip = null; // [N, 3 + K, H, W]
        for (int stage = 0; stage < config.RenderStages; stage++)
        {
            int size = config.MinFeatureSize << (stage + 1);
            if (size / 2 == config.CoarseSize) x = graph.Concat(1, x, features);
            x = Styled(x, 2 * stage, size, upsampling: true);
            x = Styled(x, 2 * stage + 1, size, upsampling: false);
            string heads = Heads(x, stage);
            skip = skip is null ? heads : graph.Plus(heads, graph.Enlarged(skip, 3 + k));
            if (config.ResidualRefinement && size == config.CoarseSize)
                skip = graph.Concat(1, graph.Slice(skip, 1, 0, 3), graph.Plus(graph.Slice(skip, 1, 3, 3 + k), coarse));
        }
        return (graph.Slice(skip!, 1, 0, 3), graph.Slice(skip!, 1, 3, 3 + k));
    }

    private string Styled(string x, int index, long size, bool upsampling)
    {
        Tensor Weight(string name) => weights[$"render.convolutions.{index}.{name}"];
        Tensor weight = Weight("weight");
        Tensor scaled = weight * (Weight("scale") * Constant(1 / Math.Sqrt(weight.shape[1] * 9.0))).view(1, -1, 1, 1);
        Tensor kernel = scaled * ((scaled.pow(Constant(2)).sum([1, 2, 3], keepdim: true) + Constant(1e-8)).rsqrt() * Constant(Activation.Gain));
        string noise = graph.Input($"noise_{index}", "The noise map of a convolution of the render net; the stored one by default.", Weight("noise"), "B", 1L, size, size);
        string strength = graph.Constant(Weight("noise_strength") * Constant(Activation.Gain));
        x = graph.Convolution(x, kernel, Weight("bias") * Constant(Activation.Gain), upsampling);
        return graph.Leaky(graph.Plus(x, graph.Multiply(noise, strength)));
    }

    // RGB and mask heads as one convolution.
    private string Heads(string x, int stage)
    {
        Tensor Weight(string kind, string name) => weights[$"render.{kind}_heads.{stage}.{name}"];
        Tensor Scaled(string kind) => Weight(kind, "weight") * (Weight(kind, "scale") * Constant(1 / Math.Sqrt(Weight(kind, "weight").shape[1])));
        Tensor kernel = cat([Scaled("image"), Scaled("mask")], 0).unsqueeze(-1).unsqueeze(-1);
        return graph.Node("Conv", [x, graph.Constant(kernel), graph.Constant(cat([Weight("image", "bias"), Weight("mask", "bias")], 0))]);
    }
}
