using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>Pieces that the graphs of both architectures have.</summary>
internal static class CompositionNodes
{
    private const double Smallest = 1e-20;
    private static readonly long[] Around = [1, 1, 1, 1], Double = [2, 2];

    /// <summary>Probabilities <c>[N, K, P]</c> that a part is seen, of depths <c>[N, K, P]</c> and a composition mask <c>[N, K]</c>.</summary>
    internal static string Visibility(this OnnxGraph graph, string depths, string on)
    {
        string m = graph.Node("Softmax", [depths], ("axis", 1L));
        // Depths far apart make probabilities so small that processors compute with them a hundred times slower; they become 0.
        m = graph.Node("Relu", [graph.Node("Sub", [m, graph.Number(Smallest)])]);
        return graph.Normalized(graph.Multiply(m, graph.Node("Unsqueeze", [on, graph.Integers(2)])));
    }

    /// <summary>Shares that add up to 1 over the parts.</summary>
    internal static string Normalized(this OnnxGraph graph, string m) => graph.Node("Div", [m, graph.Plus(graph.Sum(m, 1), graph.Number(1e-8))]);

    /// <summary>From [0, 1] to [-1, 1].</summary>
    internal static string Signed(this OnnxGraph graph, string mask) => graph.Node("Sub", [graph.Multiply(mask, graph.Number(2)), graph.Number(1)]);

    /// <summary>A 3×3 convolution with a kernel <c>[out, in, 3, 3]</c>, or that transposed with stride 2 and the blur after it, which doubles the size.</summary>
    internal static string Convolution(this OnnxGraph graph, string x, Tensor kernel, Tensor? bias, bool upsampling)
    {
        string[] shift = bias is null ? [] : [graph.Constant(bias)];
        if (!upsampling) return graph.Node("Conv", [x, graph.Constant(kernel), .. shift], ("pads", Around));
        long channels = kernel.shape[0];
        x = graph.Node("ConvTranspose", [x, graph.Constant(kernel.transpose(0, 1))], ("strides", Double));
        return graph.Node("Conv", [x, graph.Constant(BlurKernel(channels)), .. shift], ("pads", Around), ("group", channels));
    }

    /// <summary>A transposed convolution with stride 2, which doubles the size; kernel <c>[in, out / groups, T, T]</c> of an even number of taps.</summary>
    internal static string Doubled(this OnnxGraph graph, string x, Tensor kernel, Tensor? bias, long groups = 1)
    {
        long padding = kernel.shape[3] / 2 - 1;
        string[] inputs = bias is null ? [x, graph.Constant(kernel)] : [x, graph.Constant(kernel), graph.Constant(bias)];
        return graph.Node("ConvTranspose", inputs, ("strides", Double), ("pads", (long[])[padding, padding, padding, padding]), ("group", groups));
    }

    /// <summary>Zero insertion and the blur.</summary>
    internal static string Enlarged(this OnnxGraph graph, string x, long channels) => graph.Doubled(x, BlurKernel(channels), bias: null, channels);

    // [1,3,3,1]⊗[1,3,3,1]/64 times the 4 that zero insertion takes, for each channel: [channels, 1, 4, 4]
    private static Tensor BlurKernel(long channels)
    {
        Tensor line = tensor([1f, 3f, 3f, 1f]);
        return (outer(line, line) / Constant(16)).expand(channels, 1, 4, 4);
    }
}
