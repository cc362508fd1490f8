using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Onnx;

/// <summary>What a model makes of codes, as plain numbers.</summary>
/// <param name="Count">How many pictures N.</param>
/// <param name="Config">The sizes R, S and K.</param>
/// <param name="Image">RGB <c>[N, 3, R, R]</c> in about [-1, 1].</param>
/// <param name="Mask">The refined mask <c>[N, K, R, R]</c>; its largest channel is the class.</param>
/// <param name="CoarseMask">The mask of the fusion <c>[N, K, S, S]</c> in [-1, 1].</param>
/// <param name="Depths">Pseudo-depths <c>[N, K, S, S]</c>; the background's is 0.</param>
public sealed record OnnxOutput(int Count, GeneratorConfig Config, float[] Image, float[] Mask, float[] CoarseMask, float[] Depths)
{
    /// <summary>The images in 8 bits with each pixel's most probable class.</summary>
    public IReadOnlyList<Picture> Pictures() => [.. Enumerable.Range(0, Count).Select(i => new Picture(ToImage(i), ToLabels(i)))];

    private RgbImage ToImage(int index)
    {
        int side = Config.ImageSize, plane = side * side;
        RgbImage image = new(side, side);
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<float> values = Image.AsSpan((index * 3 + channel) * plane, plane);
            for (int p = 0; p < plane; p++) image.Pixels[3 * p + channel] = (byte)Math.Clamp(values[p] * 127.5f + 128, 0, 255); // truncates
        }
        return image;
    }

    private LabelMap ToLabels(int index)
    {
        int side = Config.ImageSize, plane = side * side;
        byte[] labels = new byte[plane];
        float[] largest = Mask.AsSpan(index * Config.Parts * plane, plane).ToArray();
        for (int part = 1; part < Config.Parts; part++)
        {
            ReadOnlySpan<float> values = Mask.AsSpan((index * Config.Parts + part) * plane, plane);
            for (int p = 0; p < plane; p++)
                if (values[p] > largest[p]) (largest[p], labels[p]) = (values[p], (byte)part);
        }
        return new LabelMap(side, side, labels);
    }
}
