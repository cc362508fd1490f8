using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class DualBranchDiscriminatorTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly DualBranchDiscriminator discriminator = new(new DiscriminatorConfig { ImageSize = 16, Parts = 3, MaxChannels = 8 }, new Initializer(1, CPU));

    public void Dispose()
    {
        discriminator.Dispose();
        scope.Dispose();
    }

    [Theory, InlineData(1), InlineData(3), InlineData(4), InlineData(8)]
    public void A_batch_gives_a_logit_a_sample(int count) =>
        Assert.Equal([count, 1], discriminator.Forward(randn(count, 3, 16, 16), randn(count, 3, 16, 16)).shape);

    [Fact]
    public void A_batch_that_groups_of_4_do_not_divide_is_refused() =>
        Assert.Contains("batch of 6", Assert.Throws<InputException>(() => discriminator.Forward(randn(6, 3, 16, 16))).Message);

    [Fact]
    public void Images_and_masks_of_another_shape_are_refused_by_name()
    {
        Assert.Contains("images of shape [4, 3, 8, 8], expected [N, 3, 16, 16]", Assert.Throws<InputException>(() => discriminator.Forward(randn(4, 3, 8, 8))).Message);
        Assert.Contains("masks of shape [4, 5, 16, 16]", Assert.Throws<InputException>(() => discriminator.Forward(randn(4, 3, 16, 16), randn(4, 5, 16, 16))).Message);
    }

    [Fact]
    public void Samples_of_one_group_see_each_other_and_those_of_another_do_not()
    {
        Tensor images = randn(8, 3, 16, 16, generator: new Generator(3));
        Tensor before = discriminator.Forward(images);
        images[0] = images[0] * 3;
        Tensor changed = (discriminator.Forward(images) - before).abs().view(8);
        foreach (int same in (int[])[0, 2, 4, 6]) Assert.True(changed[same].item<float>() > 1e-6, $"sample {same}");
        foreach (int other in (int[])[1, 3, 5, 7]) Assert.InRange(changed[other].item<float>(), 0, 1e-6);
    }
}
