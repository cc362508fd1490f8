using SemanticStyleGan.Benchmarking;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Benchmarking;

/// <summary>The yardstick computes the same function: outputs equal the authors' program within 1e-4.</summary>
public sealed class ReferenceNetworksTests
{
    [Theory, InlineData("small"), InlineData("detached")]
    public void The_reference_sequence_gives_the_same_synthesis(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        ReferenceGenerator reference = new(p.Config, Weights.Of(p.Generator));
        GeneratorOutput output = reference.Synthesize(p["in.w_plus"]);
        p.AssertClose("out.image", output.Image);
        p.AssertClose("out.seg", output.Mask);
        p.AssertClose("out.seg_coarse", output.CoarseMask);
        p.AssertClose("out.depths", output.Depths);
        p.AssertClose("out.image_given_noise", reference.Synthesize(p["in.w_plus"], new SynthesisInput { Noise = p.GivenNoise }).Image);
        p.AssertClose("out.w", reference.Map(p["in.z"]), 1e-5);
    }

    [Theory, InlineData("small"), InlineData("detached")]
    public void The_reference_sequence_gives_the_same_logits(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        ReferenceDiscriminator reference = new(DiscriminatorConfig.For(p.Config), Weights.Of(p.Discriminator));
        p.AssertClose("out.d_real", reference.Forward(p["in.real_image"], p["in.real_seg"]));
    }
}
