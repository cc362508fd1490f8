using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>The mask/style formulation as a graph, from W+ to image and mask, see <see cref="MaskStyleGenerator"/>; mask logits take the place of depths.</summary>
internal sealed class MaskStyleGraph
{
    private readonly GeneratorConfig config;
    private readonly Dictionary<string, Tensor> weights;
    private readonly OnnxGraph graph;

    private MaskStyleGraph(SemanticModel model, bool half, IReadOnlyCollection<string>? given) =>
        (config, weights, graph) = (model.Config, Weights.Of(model.Generator), new OnnxGraph("synthesis", half, given));

    internal static OnnxGraph Build(SemanticModel model, bool half, IReadOnlyCollection<string>? given) => new MaskStyleGraph(model, half, given).Build();

    private OnnxGraph Build()
    {
        (long k, long s, long r) = (config.Parts, config.CoarseSize, config.ImageSize);
        string codes = graph.Input("codes", "W+: shape and texture of every part.", OnnxGraph.Batch, config.LatentSlots, config.StyleSize);
        string on = graph.Input("composition_mask", "1 where a part is on, 0 where it is off; all on by default.", ones(1, 1), "B", "J");

        string logits = Logits(Part(codes, 0));
        string coarse = graph.Reshape(graph.Visibility(graph.Reshape(logits, 0, k, s * s), on), -1, k, s, s);
        string mask = s == r ? coarse : graph.Node("Resize", [coarse, "", graph.Numbers(1, 1, (double)r / s, (double)r / s)], ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"));
        string images = graph.Reshape(Images(Styles(Part(codes, 1))), -1, k, 3, r, r);
        string image = graph.Reshape(graph.Sum(graph.Multiply(images, graph.Node("Unsqueeze", [mask, graph.Integers(2)])), 1), -1, 3, r, r);

        graph.Output(image, "image", "RGB, about -1 to 1.", OnnxGraph.Batch, 3L, r, r);
        graph.Output(graph.Signed(mask), "mask", "The largest channel is the class.", OnnxGraph.Batch, k, r, r);
        graph.Output(graph.Signed(coarse), "coarse_mask", "The mask before it is enlarged, -1 to 1.", OnnxGraph.Batch, k, s, s);
        graph.Output(logits, "depths", "Mask logits.", OnnxGraph.Batch, k, s, s);
        return graph;
    }

    // z_m of the shape slots or z_s of the texture slots: [N, K, D/2]
    private string Part(string codes, int offset)
    {
        string slots = graph.Node("Gather", [codes, graph.Integers([.. Enumerable.Range(0, config.Parts).Select(k => 2L * k + offset)])], ("axis", 1L));
        int half = config.StyleSize / 2;
        return graph.Slice(slots, 2, offset * half, (offset + 1) * half);
    }

    // Each part's logits with its own z_m, [N, K, S, S]
    private string Logits(string codes)
    {
        int layers = weights.Keys.Count(name => name.StartsWith("masks.layers.", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal));
        string x = Linear(graph.Reshape(codes, -1, config.StyleSize / 2), "masks.input", Activation.Gain);
        x = graph.Reshape(graph.Leaky(x), -1, config.CoarseChannels, 4, 4);
        for (int layer = 0; layer < layers; layer++)
        {
            bool last = layer == layers - 1;
            (Tensor weight, Tensor bias, double gain) = (weights[$"masks.layers.{layer}.weight"], weights[$"masks.layers.{layer}.bias"], last ? 1 : Activation.Gain);
            (long channels, long size) = (weight.shape[0], 4L << layer);
            Tensor kernel = TransposedConvolution.Blurred(weight, gain);
            if (!last)
            {
                x = graph.Leaky(graph.Doubled(x, kernel, bias * Constant(gain)));
                continue;
            }
            // Output channel k of part k's input.
            kernel = kernel.transpose(0, 1).reshape(config.Parts * channels, 1, TransposedConvolution.Size, TransposedConvolution.Size);
            x = graph.Doubled(graph.Reshape(x, -1, config.Parts * channels, size, size), kernel, bias, config.Parts);
        }
        return x;
    }

    // [N, K, D/2] to [N·K, D]
    private string Styles(string codes)
    {
        Tensor weight = weights["styles.weight"] * Constant(1 / Math.Sqrt(config.StyleSize / 2));                       // [K, D, D/2]
        string styles = graph.Product(graph.Transpose(codes, 1, 0, 2), graph.Constant(weight.transpose(1, 2))); // [K, N, D]
        return graph.Reshape(graph.Transpose(graph.Plus(styles, graph.Constant(weights["styles.bias"])), 1, 0, 2), -1, config.StyleSize);
    }

    // [N·K, D] to [N·K, 3, R, R]
    private string Images(string styles)
    {
        string x = Convolution(graph.Constant(weights["synthesis.constant"]), styles, 0, 4, upsampling: false), image = Head(x, styles, 0);
        int stage = 0;
        for (int size = 8; size <= config.ImageSize; size *= 2)
        {
            stage++;
            x = Convolution(x, styles, 2 * stage - 1, size, upsampling: true);
            x = Convolution(x, styles, 2 * stage, size, upsampling: false);
            image = graph.Plus(Head(x, styles, stage), graph.Enlarged(image, 3));
        }
        return image;
    }

    private string Convolution(string x, string styles, int index, long size, bool upsampling)
    {
        Tensor Weight(string name) => weights[$"synthesis.convolutions.{index}.{name}"];
        string scales = Linear(styles, $"synthesis.convolutions.{index}.affine");                               // [N·K, in]
        Tensor kernel = Weight("weight") * Constant(1 / Math.Sqrt(Weight("weight").shape[1] * 9));
        string demodulation = graph.InverseRoot(graph.Product(graph.Multiply(scales, scales), graph.Constant(kernel.pow(Constant(2)).sum([2, 3]).t())));
        x = graph.Convolution(graph.Multiply(x, AsMap(scales)), kernel, bias: null, upsampling);
        x = graph.Multiply(x, AsMap(graph.Multiply(demodulation, graph.Number(Activation.Gain))));
        x = graph.Plus(x, graph.Constant((Weight("bias") * Constant(Activation.Gain)).view(1, -1, 1, 1)));

        // All parts of a sample have its noise.
        string noise = graph.Input($"noise_{index}", "The noise map of a convolution; the stored one by default.", Weight("noise"), "B", 1L, size, size);
        noise = graph.Multiply(graph.Node("Unsqueeze", [noise, graph.Integers(1)]), graph.Constant(Weight("noise_strength") * Constant(Activation.Gain)));
        long channels = kernel.shape[0];
        x = graph.Plus(graph.Reshape(x, -1, config.Parts, channels, size, size), noise);
        return graph.Leaky(graph.Reshape(x, -1, channels, size, size));
    }

    private string Head(string x, string styles, int stage)
    {
        string name = $"synthesis.image_heads.{stage}";
        Tensor weight = weights[$"{name}.weight"];
        x = graph.Multiply(x, AsMap(Linear(styles, $"{name}.affine")));
        return graph.Node("Conv", [x, graph.Constant(weight * Constant(1 / Math.Sqrt(weight.shape[1]))), graph.Constant(weights[$"{name}.bias"])]);
    }

    private string Linear(string x, string name, double gain = 1)
    {
        Tensor weight = weights[$"{name}.weight"];
        return graph.Plus(graph.Product(x, graph.Constant((weight * Constant(gain / Math.Sqrt(weight.shape[1]))).t())), graph.Constant(weights[$"{name}.bias"] * Constant(gain)));
    }

    // [M, C] to [M, C, 1, 1]
    private string AsMap(string x) => graph.Node("Unsqueeze", [x, graph.Integers(2, 3)]);
}
