using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>Outputs equal those of the authors' program within 1e-4.</summary>
public sealed class ForwardParityTests
{
    public static TheoryData<string> Folders => ["small", "detached"];

    [Theory, MemberData(nameof(Folders))]
    public void Codes_map_and_expand_as_the_reference_does(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        Tensor w = p.Generator.Mapping.Forward(p["in.z"]);
        p.AssertClose("out.w", w, 1e-5);
        p.AssertClose("out.latent_expanded", p.Generator.Latents.Expand(w), 1e-5);
        p.AssertClose("out.w_plus_expanded", p.Generator.Latents.Expand(p["in.w_plus"]), 0);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Synthesis_equals_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        GeneratorOutput output = p.Generator.Synthesize(p["in.w_plus"]);
        p.AssertClose("out.image", output.Image);
        p.AssertClose("out.seg", output.Mask);
        p.AssertClose("out.seg_coarse", output.CoarseMask);
        p.AssertClose("out.depths", output.Depths);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Synthesis_from_z_and_truncated_codes_equals_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        GeneratorOutput output = p.Generator.Synthesize(p.Generator.Mapping.Forward(p["in.z"]));
        p.AssertClose("out.image_from_z", output.Image);
        p.AssertClose("out.seg_from_z", output.Mask);
        Tensor truncated = LatentCode.Truncate(p["out.w"], p["in.mean_latent"], 0.7);
        p.AssertClose("out.image_truncated_0.7", p.Generator.Synthesize(truncated).Image);
    }

    [Theory, MemberData(nameof(Folders))]
    public void A_composition_mask_switches_parts_off_as_in_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        GeneratorOutput output = p.Generator.Synthesize(p["in.w_plus"], new SynthesisInput { CompositionMask = p["in.composition_mask"] });
        p.AssertClose("out.image_composition_mask", output.Image);
        p.AssertClose("out.seg_coarse_composition_mask", output.CoarseMask);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Coordinates_of_one_part_and_given_noise_act_as_in_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        Tensor moved = p["in.coords_part1"];
        Tensor coordinates = FourierFeatures.Grid(p.Config.CoarseSize).unsqueeze(1).repeat(moved.shape[0], p.Config.Parts, 1, 1, 1);
        coordinates.select(1, 1).copy_(moved);
        GeneratorOutput output = p.Generator.Synthesize(p["in.w_plus"], new SynthesisInput { Coordinates = coordinates });
        p.AssertClose("out.image_coords", output.Image);
        p.AssertClose("out.seg_coords", output.Mask);
        p.AssertClose("out.image_given_noise", p.Generator.Synthesize(p["in.w_plus"], new SynthesisInput { Noise = p.GivenNoise }).Image);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Logits_equal_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using IDisposable _ = no_grad();
        p.AssertClose("out.d_real", p.Discriminator.Forward(p["in.real_image"], p["in.real_seg"]));
        p.AssertClose("out.d_image_only", p.Discriminator.Forward(p["in.real_image"]));
        p.AssertClose("out.d_fake", p.Discriminator.Forward(p["out.image"], p["out.seg"]));
    }

    [Theory, MemberData(nameof(Folders))]
    public void Exported_weights_have_the_official_names_and_values(string folder)
    {
        using ParityNetworks p = new(folder);
        using var weights = SemanticStyleGan.Formats.Safetensors.Read(Parity.Path($"{folder}/weights.safetensors"));
        Parity.AssertSame(weights.WithPrefix("g."), p.GeneratorNames.ToOfficial(Weights.Of(p.Generator), "test"));
        Parity.AssertSame(weights.WithPrefix("d."), p.DiscriminatorNames.ToOfficial(Weights.Of(p.Discriminator), "test"));
    }
}
