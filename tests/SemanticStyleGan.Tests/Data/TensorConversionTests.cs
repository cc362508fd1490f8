using SemanticStyleGan.Data;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Data;

public sealed class TensorConversionTests
{
    [Fact]
    public void Every_byte_survives_the_way_through_tensors()
    {
        RgbImage image = new(16, 16, [.. Enumerable.Range(0, 768).Select(i => (byte)(i % 256))]);
        using Tensor tensor = ImageTensors.FromPictures([image, image]);
        Assert.Equal([2, 3, 16, 16], tensor.shape);
        Assert.Equal(-1f, tensor.min().item<float>());
        Assert.Equal(1f, tensor.max().item<float>());
        Assert.Equal(image.Pixels[3 * 17 + 2] / 127.5f - 1, tensor[1, 2, 1, 1].item<float>(), 6);
        Assert.All(ImageTensors.ToPictures(tensor), p => Assert.Equal(image.Pixels, p.Pixels));
    }

    [Fact]
    public void Values_out_of_range_are_clamped_and_others_rounded()
    {
        using Tensor values = tensor([-3f, -1f, -0.9991f, 0f, 0.0041f, 1f, 1.7f, 0.5f, -0.5f], [1, 3, 1, 3]);
        Assert.Equal([0, 128, 255, 0, 128, 191, 0, 255, 64], ImageTensors.ToPictures(values)[0].Pixels);
    }

    [Fact]
    public void One_hot_masks_are_one_for_the_class_and_minus_one_else_and_come_back()
    {
        LabelMap mask = new(3, 2, [0, 1, 2, 2, 1, 3]);
        using Tensor labels = MaskTensors.FromLabels([mask]), oneHot = MaskTensors.OneHot(labels, 4);
        Assert.Equal([1, 4, 2, 3], oneHot.shape);
        for (int k = 0; k < 4; k++)
            for (int i = 0; i < 6; i++)
                Assert.Equal(mask.Classes[i] == k ? 1f : -1f, oneHot[0, k, i / 3, i % 3].item<float>());
        Assert.Equal(mask.Classes, MaskTensors.ToLabels(oneHot)[0].Classes);
    }
}
