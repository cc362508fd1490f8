using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Perception;

public sealed class ProjectedDiscriminatorTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Parser parser = ParserTests.Tiny();

    public void Dispose()
    {
        parser.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Every_scale_has_a_head_and_all_logits_the_size_of_the_smallest_map()
    {
        using ProjectedDiscriminator tiny = new(parser, 13, new Initializer(1, CPU)), imagesOnly = new(parser, 0, new Initializer(1, CPU));
        Assert.Equal([3, 2, 4, 6], tiny.Forward(randn(3, 3, 16, 24), randn(3, 13, 16, 24)).shape);
        Assert.Equal([3, 2, 4, 6], imagesOnly.Forward(randn(3, 3, 16, 24), null).shape);
        using Parser bundled = ParserSource.Open();
        using ProjectedDiscriminator full = new(bundled, 13, new Initializer(1, CPU));
        Assert.Equal([1, 4, 4, 4], full.Forward(randn(1, 3, 64, 64), randn(1, 13, 64, 64)).shape);
        // Three, two, one and one convolutions before the last one of each head; projections are no parameters.
        Assert.Equal([32, 64, 96, 96], Weights.Of(full).Where(w => w.Key.EndsWith("projection", StringComparison.Ordinal)).Select(w => w.Value.shape[1]));
        Assert.Equal(4 * 64 * 77 * 9 + 3 * 64 * 64 * 9 + 7 * 64 + 4 * (64 * 9 + 1), full.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void Masks_that_do_not_fit_are_refused()
    {
        using ProjectedDiscriminator pairs = new(parser, 13, new Initializer(1, CPU)), imagesOnly = new(parser, 0, new Initializer(1, CPU));
        Tensor images = zeros(2, 3, 8, 8);
        Assert.Contains("expected 13 channels", Assert.Throws<InputException>(() => pairs.Forward(images, null)).Message);
        Assert.Contains("[2, 13, 4, 4]", Assert.Throws<InputException>(() => pairs.Forward(images, zeros(2, 13, 4, 4))).Message);
        Assert.Contains("expected none", Assert.Throws<InputException>(() => imagesOnly.Forward(images, zeros(2, 13, 8, 8))).Message);
        Assert.Contains("multiples of 4", Assert.Throws<InputException>(() => imagesOnly.Forward(zeros(2, 3, 6, 8), null)).Message);
    }

    [Fact]
    public void The_gradient_reaches_image_mask_and_heads_but_neither_parser_nor_projections()
    {
        foreach (Tensor parameter in parser.Network.parameters()) parameter.requires_grad = false;
        using ProjectedDiscriminator projected = new(parser, 13, new Initializer(1, CPU));
        Tensor images = randn(2, 3, 8, 8).requires_grad_(), masks = randn(2, 13, 8, 8).requires_grad_();
        HingeLoss.Generator(projected.Forward(images, masks)).backward();
        Assert.All(images.grad!.abs().sum([1, 2, 3]).data<float>().ToArray(), g => Assert.True(g > 1e-6));
        Assert.All(masks.grad!.abs().sum([0, 2, 3]).data<float>().ToArray(), g => Assert.True(g > 1e-6));
        Assert.All(projected.named_parameters(), p => Assert.True(p.parameter.grad!.abs().max().item<float>() > 0, p.name));
        Assert.All(parser.Network.parameters(), p => Assert.True(p.grad is null));
        Assert.All(Weights.Of(projected).Where(w => w.Key.EndsWith("projection", StringComparison.Ordinal)), w => Assert.False(w.Value.requires_grad));
        Assert.DoesNotContain(projected.named_parameters(), p => p.name.Contains("parser", StringComparison.Ordinal) || p.name.EndsWith("projection", StringComparison.Ordinal));
    }

    [Fact]
    public void Heads_see_whether_a_mask_belongs_to_its_image()
    {
        // Real pairs against the same images with the others' masks: what no head on either alone could learn.
        using ProjectedDiscriminator projected = new(parser, 2, new Initializer(1, CPU));
        using Adam adam = new(projected, 0.002);
        Generator random = new(5);
        (Tensor Images, Tensor Masks) Pairs()
        {
            // Each quarter is bright or dark; the mask says which.
            Tensor bright = (rand([8, 1, 2, 2], generator: random) > 0.5).to(ScalarType.Float32).repeat_interleave(4, 2).repeat_interleave(4, 3) * 2 - 1;
            return (bright.expand(8, 3, 8, 8) * 0.7 + randn([8, 3, 8, 8], generator: random) * 0.2, cat([bright, -bright], 1));
        }
        double Loss(bool train)
        {
            (Tensor images, Tensor masks) = Pairs();
            Tensor loss = HingeLoss.Discriminator(projected.Forward(images, masks), projected.Forward(images, masks.roll(1, 0)));
            if (train)
            {
                adam.ZeroGradients();
                loss.backward();
                adam.Step();
            }
            return loss.item<float>();
        }
        Assert.InRange(Loss(train: false), 1.7, 2.3);
        for (int i = 0; i < 150; i++)
        {
            using DisposeScope step = NewDisposeScope();
            Loss(train: true);
        }
        Assert.InRange(Enumerable.Range(0, 8).Average(_ => Loss(train: false)), 0, 1.3);
    }

    [Fact]
    public void The_hinge_losses_of_patches_are_means_over_all_of_them()
    {
        Tensor real = tensor(new float[] { 2, 0.5f, -1, 1 }).view(1, 2, 1, 2), generated = tensor(new float[] { -3, -0.5f, 0, 1 }).view(1, 2, 1, 2);
        // max(0, 1 − real) = 0, 0.5, 2, 0; max(0, 1 + generated) = 0, 0.5, 1, 2.
        Assert.Equal(0.625 + 0.875, HingeLoss.Discriminator(real, generated).item<float>(), 1e-6);
        Assert.Equal(0.625, HingeLoss.Generator(generated).item<float>(), 1e-6);
    }
}
