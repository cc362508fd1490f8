using System.Numerics;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>
/// Local generators and fusion as a graph, from W+ to fused features; <see cref="RenderGraph"/> continues it to image and mask. Coordinates, composition
/// mask and noise are inputs with a value of their own, so the plain case needs the codes only.
/// </summary>
internal sealed class SynthesisGraph
{
    private readonly SemanticModel model;
    private readonly GeneratorConfig config;
    private readonly Dictionary<string, Tensor> weights;
    private readonly OnnxGraph graph;
    private readonly long pixels;

    private SynthesisGraph(SemanticModel model, bool half, IReadOnlyCollection<string>? given)
    {
        (this.model, config, weights) = (model, model.Config, Weights.Of(model.Generator));
        graph = new OnnxGraph("synthesis", half, given);
        pixels = (long)config.CoarseSize * config.CoarseSize;
    }

    internal static OnnxGraph Build(SemanticModel model, bool half, IReadOnlyCollection<string>? given) => new SynthesisGraph(model, half, given).Build();

    private OnnxGraph Build()
    {
        (long n, long k, long s, long r) = (-1, config.Parts, config.CoarseSize, config.ImageSize);
        string codes = graph.Input("codes", "W+: base slots, then shape and texture of every part.", OnnxGraph.Batch, config.LatentSlots, config.StyleSize);
        string coordinates = graph.Input("coordinates", "Where each part is asked for its features; the regular grid by default.",
            FourierFeatures.Grid(config.CoarseSize).unsqueeze(0), "M", "L", 2L, s, s);
        string on = graph.Input("composition_mask", "1 where a part is on, 0 where it is off; all on by default.", ones(1, 1), "B", "J");

        (string atDepth, string last) = LocalGenerators(codes, Features(coordinates));
        string depths = Depths(atDepth);                                                                        // [N, K, P]
        string visibility = graph.Visibility(depths, on);                                                       // [N, K, P]
        string coarse = graph.Reshape(graph.Signed(visibility), n, k, s, s);
        (string image, string mask) = new RenderGraph(graph, config, weights).Build(Fuse(last, visibility), coarse);

        graph.Output(image, "image", "RGB, about -1 to 1.", OnnxGraph.Batch, 3L, r, r);
        graph.Output(mask, "mask", "The largest channel is the class.", OnnxGraph.Batch, k, r, r);
        graph.Output(coarse, "coarse_mask", "The mask of the fusion, -1 to 1.", OnnxGraph.Batch, k, s, s);
        graph.Output(graph.Reshape(depths, n, k, s, s), "depths", "Pseudo-depths; the background's is 0.", OnnxGraph.Batch, k, s, s);
        return graph;
    }

    // [M, L, 2, S, S] to [M, L, C, P]
    private string Features(string coordinates)
    {
        int frequencies = BitOperations.Log2((uint)config.ImageSize);
        string xy = graph.Reshape(coordinates, 0, 0, 2, pixels);
        List<string> bands = [xy];
        for (int f = 0; f < frequencies; f++)
        {
            string scaled = graph.Multiply(xy, graph.Number(Math.Pow(2, f)));
            bands.Add(graph.Node("Sin", [scaled]));
            bands.Add(graph.Node("Cos", [scaled]));
        }
        Tensor weight = weights["fourier.weight"];
        return graph.Product(graph.Constant(weight * Constant(1 / Math.Sqrt(weight.shape[1]))), graph.Concat(2, [.. bands]));
    }

    // Maps at the depth output and after the last layer, [N, K, C, P]
    private (string AtDepth, string Last) LocalGenerators(string codes, string hidden)
    {
        (long k, long l, long c) = (config.Parts, config.LocalLayers, config.LocalChannels);
        string modulated = graph.Transpose(ModulatedWeights(codes), 2, 0, 1, 3, 4);                              // [L, N, K, C, C]
        Tensor bias = weights["local.bias"] * Constant(Activation.Gain);                                                  // [K, L, C]
        string atDepth = hidden;
        for (int layer = 0; layer < l; layer++)
        {
            string weight = graph.Node("Gather", [modulated, graph.Scalar(layer)], ("axis", 0L));               // [N, K, C, C]
            string shift = graph.Constant(bias.select(1, layer).reshape(1, k, c, 1));
            hidden = graph.Leaky(graph.Plus(graph.Product(weight, hidden), shift));
            if (layer == config.DepthLayers - 1) atDepth = hidden;
        }
        return (atDepth, hidden);
    }

    // Scaled by style, demodulated over input channels, with the activation's gain: [N, K, L, C, C]
    private string ModulatedWeights(string codes)
    {
        (long k, long l, long c, long d) = (config.Parts, config.LocalLayers, config.LocalChannels, config.StyleSize);
        string perLayer = graph.Node("Gather", [codes, graph.Integers([.. model.Generator.Latents.SlotOfLayer])], ("axis", 1L)); // [N, K·L, D]
        Tensor affine = weights["local.affine_weight"].view(k * l, c, d).transpose(1, 2) * Constant(1 / Math.Sqrt(d));
        string styles = graph.Product(graph.Transpose(perLayer, 1, 0, 2), graph.Constant(affine));              // [K·L, N, C]
        styles = graph.Plus(styles, graph.Constant(weights["local.affine_bias"].view(k * l, 1, c)));
        styles = graph.Reshape(graph.Transpose(styles, 1, 0, 2), -1, k, l, 1, c);
        string scaled = graph.Multiply(styles, graph.Constant((weights["local.weight"] * Constant(1 / Math.Sqrt(c))).unsqueeze(0)));
        string demodulation = graph.InverseRoot(graph.Sum(graph.Multiply(scaled, scaled), 4));
        return graph.Multiply(scaled, graph.Multiply(demodulation, graph.Number(Activation.Gain)));
    }

    private string Depths(string hidden)
    {
        (long k, long c) = (config.Parts, config.LocalChannels);
        // A row of zeros for the background keeps the parts one batch.
        Tensor rows = nn.functional.pad(weights["depth.weight"] * weights["depth.scale"] * Constant(1 / Math.Sqrt(c)), [0, 0, 1, 0]).view(1, k, 1, c);
        Tensor offsets = nn.functional.pad(weights["depth.bias"], [1, 0]).view(1, k, 1);
        string depths = graph.Reshape(graph.Product(graph.Constant(rows), hidden), -1, k, pixels);
        return graph.Plus(depths, graph.Constant(offsets));
    }

    // Opaque parts compete among themselves; transparent ones are added on top: [N, F, S, S]
    private string Fuse(string hidden, string visibility)
    {
        (long k, long c, long f, long s) = (config.Parts, config.LocalChannels, config.CoarseChannels, config.CoarseSize);
        string shares = visibility;
        if (!config.TransparentParts.IsEmpty)
        {
            float[] transparent = new float[k];
            foreach (int part in config.TransparentParts) transparent[part] = 1;
            Tensor isTransparent = tensor(transparent).view(1, k, 1);
            string opaque = graph.Normalized(graph.Multiply(visibility, graph.Constant(Constant(1) - isTransparent)));
            shares = graph.Plus(opaque, graph.Multiply(visibility, graph.Constant(isTransparent)));
        }
        // [W_1 … W_K | b]·[m_1 h_1 … m_K h_K | m]: the heads' biases are further columns of the one product.
        string weighted = graph.Multiply(hidden, graph.Node("Unsqueeze", [shares, graph.Integers(2)]));
        string all = graph.Concat(1, graph.Reshape(weighted, -1, k * c, s, s), graph.Reshape(shares, -1, k, s, s));
        Tensor heads = (weights["feature.weight"] * (weights["feature.scale"] * Constant(1 / Math.Sqrt(c))).unsqueeze(1)).transpose(0, 1).reshape(f, k * c);
        Tensor kernel = cat([heads, weights["feature.bias"].t()], 1).view(f, k * c + k, 1, 1);
        return graph.Node("Conv", [all, graph.Constant(kernel)]);
    }
}
