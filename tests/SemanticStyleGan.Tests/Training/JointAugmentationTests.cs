using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class JointAugmentationTests : IDisposable
{
    private const double Half = 0.5;
    private const int Size = 16, Translation = 4, Scale = 7, Rotation = 10, Brightness = 22, Contrast = 25, Luma = 28, Hue = 30, Saturation = 32;
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor images, masks;

    public JointAugmentationTests()
    {
        using Generator random = new(4);
        (images, masks) = (randn([2, 3, Size, Size], generator: random), randn([2, 5, Size, Size], generator: random));
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Where_nothing_happens_nothing_changes()
    {
        (Tensor image, Tensor? mask) = Apply();
        AssertNear(images, image);
        AssertNear(masks, mask!);
        AssertNear(images, JointAugmentation.Apply(images, null, 0, Numbers([])).Images);
        Assert.Null(JointAugmentation.Apply(images, null, Half, Numbers([])).Masks);
    }

    [Fact]
    public void Mirrors_quarter_turns_and_whole_shifts_move_pixels_onto_pixels()
    {
        AssertNear(images.flip(3), Apply((0, 0), (1, 0)).Image);
        AssertNear(masks.flip(3), Apply((0, 0), (1, 0)).Mask!);
        AssertNear(images.flip(2, 3), Apply((2, 0), (3, 0.6f)).Image);
        AssertNear(images.rot90(1, (3, 2)), Apply((2, 0), (3, 0.3f)).Image);
        // 0.75 → a sixteenth of the width to the right, 0.5 → none down; what is beyond the border is mirrored.
        Tensor shifted = Apply((Translation, 0), (Translation + 1, 0.75f), (Translation + 2, 0.5f)).Image;
        AssertNear(images.narrow(3, 0, Size - 1), shifted.narrow(3, 1, Size - 1));
        AssertNear(images.narrow(3, 0, 1), shifted.narrow(3, 0, 1));
    }

    [Theory, InlineData(Scale), InlineData(Rotation), InlineData(12), InlineData(17)]
    public void Geometry_moves_image_and_mask_alike(int operation)
    {
        Tensor both = images;
        (Tensor image, Tensor? mask) = JointAugmentation.Apply(both, both, Half, Numbers([(operation, 0), (operation + 1, 0.3f), (operation + 2, 0.4f)]));
        AssertNear(image, mask!);
        Assert.True((image - both).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void Colour_changes_the_image_as_it_is_called_and_never_the_mask()
    {
        (Tensor bright, Tensor? mask) = Apply((Brightness, 0), (Brightness + 1, 0.5f), (Brightness + 2, 0));
        AssertNear(masks, mask!);
        AssertNear(images + 0.2 * Math.Sqrt(2 * Math.Log(2)), bright);
        AssertNear(images * Math.Pow(2, 0.5 * Math.Sqrt(2 * Math.Log(2))), Apply((Contrast, 0), (Contrast + 1, 0.5f), (Contrast + 2, 0)).Image);
        Tensor gray = images.mean([1], keepdim: true);
        AssertNear(images - 2 * gray, Apply((Luma, 0), (Luma + 1, 0)).Image);
        AssertNear(gray + (images - gray) * Math.Pow(2, Math.Sqrt(2 * Math.Log(2))), Apply((Saturation, 0), (Saturation + 1, 0.5f), (Saturation + 2, 0)).Image);
        // A third of the circle of hues: red becomes green or blue.
        Tensor turned = Apply((Hue, 0), (Hue + 1, 0.5f + 1 / 3f)).Image;
        Assert.True((turned - images.roll(1, 1)).abs().max().item<float>() < 1e-4 || (turned - images.roll(-1, 1)).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        Tensor numbers = rand([2, JointAugmentation.Draws], generator: new Generator(9)) * 0.6;
        Tensor image = images.detach().clone().requires_grad_(), mask = masks.detach().clone().requires_grad_();
        Tensor weightImage = randn_like(images), weightMask = randn_like(masks);
        Tensor Value(Tensor x, Tensor y)
        {
            (Tensor a, Tensor? b) = JointAugmentation.Apply(x, y, Half, numbers);
            return (a * weightImage).sum() + (b! * weightMask).sum();
        }
        Value(image, mask).backward();
        // The operations are affine: the difference is exact up to rounding.
        Tensor stepImage = randn_like(images), stepMask = randn_like(masks);
        double difference = (Value(images + stepImage, masks + stepMask) - Value(images, masks)).item<float>();
        double expected = ((image.grad! * stepImage).sum() + (mask.grad! * stepMask).sum()).item<float>();
        Assert.Equal(expected, difference, 1e-2);
        Assert.True(Math.Abs(expected) > 0.1);
    }

    [Fact]
    public void Half_of_the_samples_that_an_operation_chooses_are_mirrored_so_none_is_certain()
    {
        Tensor left = zeros(4000, 3, 2, 2);
        left[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Colon, 0] = 1;
        Tensor numbers = full([4000, JointAugmentation.Draws], 0.99f);
        numbers[TensorIndex.Colon, TensorIndex.Slice(0, 2)] = rand([4000, 2], generator: new Generator(1));
        Tensor mirrored = JointAugmentation.Apply(left, null, 0.6, numbers).Images.select(3, 1).select(2, 0).select(1, 0);
        Assert.InRange(mirrored.sum().item<float>() / 4000, 0.28, 0.32);
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-4);
    }

    private (Tensor Image, Tensor? Mask) Apply(params (int At, float Value)[] chosen) => JointAugmentation.Apply(images, masks, Half, Numbers(chosen));

    // Above the probability everywhere, so that nothing happens but what is chosen.
    private static Tensor Numbers((int At, float Value)[] chosen)
    {
        Tensor numbers = full([2, JointAugmentation.Draws], 0.9f);
        foreach ((int at, float value) in chosen) numbers[TensorIndex.Colon, at] = value;
        return numbers;
    }
}
