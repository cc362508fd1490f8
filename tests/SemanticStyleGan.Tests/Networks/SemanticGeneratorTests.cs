using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class SemanticGeneratorTests
{
    [Fact]
    public void Held_depths_give_the_same_pictures_and_take_no_gradient()
    {
        using DisposeScope scope = NewDisposeScope();
        using SemanticGenerator generator = new(TinyModel.Config, new Initializer(3, CPU));
        Tensor z = randn([2, TinyModel.Config.StyleSize], generator: new Generator(1));
        Tensor code = generator.Latents.Broadcast(generator.Map(z));
        GeneratorOutput held = generator.SynthesizeHoldingDepths(code, null), free = generator.Synthesize(code);
        Assert.InRange((held.Image - free.Image).abs().max().item<float>(), 0, 1e-6);
        Assert.InRange((held.Mask - free.Mask).abs().max().item<float>(), 0, 1e-6);
        (held.Image.sum() + held.Mask.sum()).backward();
        string[] moved = [.. generator.named_parameters().Where(p => p.parameter.grad is not null).Select(p => p.name)];
        string[] all = [.. generator.named_parameters().Select(p => p.name)];
        Assert.Equal(all.Where(name => !name.StartsWith("depth.", StringComparison.Ordinal)), moved);
    }
}
