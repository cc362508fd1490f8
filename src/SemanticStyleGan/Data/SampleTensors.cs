using static TorchSharp.torch;

namespace SemanticStyleGan.Data;

/// <summary>Samples of a source as tensors, in the source's own order, as measures need them.</summary>
public static class SampleTensors
{
    /// <summary>Images <c>[N, 3, R, R]</c> in [-1, 1] and class indices <c>[N, R, R]</c> int64 (null without masks) of <paramref name="count"/> samples from <paramref name="first"/> on.</summary>
    /// <exception cref="InputException">A sample can't be read.</exception>
    public static (Tensor Images, Tensor? Labels) Read(ISampleSource source, int first, int count)
    {
        int size = source.Size;
        RgbImage[] images = new RgbImage[count];
        byte[][] labels = new byte[count][];
        Parallel.For(0, count, i =>
        {
            images[i] = new RgbImage(size, size);
            labels[i] = new byte[source.Layout is null ? 0 : size * size];
            source.Read(first + i, images[i].Pixels, labels[i]);
        });
        return (ImageTensors.FromPictures(images), source.Layout is null ? null : MaskTensors.FromLabels([.. labels.Select(l => new LabelMap(size, size, l))]));
    }
}
