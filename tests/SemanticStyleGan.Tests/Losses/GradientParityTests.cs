using SemanticStyleGan.Formats;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Losses;

/// <summary>Losses and every parameter's gradient equal those of the authors' program: within 1e-3 of the gradient's largest element.</summary>
public sealed class GradientParityTests
{
    public static TheoryData<string> Folders => ["small", "detached"];

    [Theory, MemberData(nameof(Folders))]
    public void Adversarial_discriminator_objective(string folder)
    {
        using ParityNetworks p = new(folder);
        GeneratorOutput fake = Detached(p.Generator.Synthesize(p["in.w_plus"]));
        Tensor loss = AdversarialLoss.Discriminator(p.Discriminator.Forward(p["in.real_image"], p["in.real_seg"]), p.Discriminator.Forward(fake.Image, fake.Mask));
        p.AssertClose("out.loss_d", loss, 1e-4);
        AssertGradients(p, "grad_d_adversarial.", loss, p.Discriminator, p.DiscriminatorNames);
    }

    [Theory, MemberData(nameof(Folders))]
    public void R1_objective(string folder)
    {
        using ParityNetworks p = new(folder);
        GradientPenalty penalty = GradientPenalty.Compute(p.Discriminator, p["in.real_image"], p["in.real_seg"], 10 * 16, 1000 * 16);
        AssertRelative(p["out.r1_image"], tensor((float)penalty.Image));
        AssertRelative(p["out.r1_seg"], tensor((float)penalty.Mask!.Value));
        foreach (Tensor loss in penalty.Losses) loss.backward();
        AssertGradients(p, "grad_d_r1.", p.Discriminator, p.DiscriminatorNames);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Adversarial_and_mask_generator_objective(string folder)
    {
        using ParityNetworks p = new(folder);
        GeneratorOutput fake = p.Generator.Synthesize(p.Generator.Mapping.Forward(p["in.z"]));
        Tensor adversarial = AdversarialLoss.Generator(p.Discriminator.Forward(fake.Image, fake.Mask));
        Tensor consistency = MaskConsistencyLoss.Compute(fake.CoarseMask, fake.Mask);
        p.AssertClose("out.loss_g", adversarial);
        p.AssertClose("out.loss_mask", consistency);
        AssertGradients(p, "grad_g_adversarial_mask.", adversarial + consistency * 100, p.Generator, p.GeneratorNames);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Path_length_objective(string folder)
    {
        using ParityNetworks p = new(folder);
        Tensor codes = p.Generator.Latents.Expand(p.Generator.Mapping.Forward(p["in.z"].narrow(0, 0, 2))).detach().requires_grad_();
        using PathLengths lengths = PathLengths.Compute(p.Generator, codes, maps: null, p["in.path_noise"]);
        double batchMean = lengths.Values.mean().item<float>(), mean = PathLengthPenalty.NewMean(0.5, batchMean);
        Tensor penalty = PathLengthPenalty.Penalty(lengths.Values, mean, batchMean);
        AssertRelative(p["out.path_lengths"], lengths.Values);
        AssertRelative(p["out.path_mean"], tensor((float)mean));
        AssertRelative(p["out.path_penalty"], penalty);
        foreach (Tensor loss in lengths.Losses(penalty * (0.5 * 4))) loss.backward();
        AssertGradients(p, "grad_g_path.", p.Generator, p.GeneratorNames);
    }

    private static GeneratorOutput Detached(GeneratorOutput output) => output with { Image = output.Image.detach(), Mask = output.Mask.detach() };

    private static void AssertRelative(Tensor expected, Tensor actual) =>
        Assert.True(ParityNetworks.Difference(expected, actual) <= 1e-3 * expected.abs().max().item<float>(), $"expected {expected.cstr()}, found {actual.cstr()}");

    private static void AssertGradients(ParityNetworks p, string prefix, Tensor loss, nn.Module module, OfficialNames names)
    {
        loss.backward();
        AssertGradients(p, prefix, module, names);
    }

    private static void AssertGradients(ParityNetworks p, string prefix, nn.Module module, OfficialNames names)
    {
        Dictionary<string, Tensor> native = module.named_parameters().ToDictionary(x => x.name, x => x.parameter.grad ?? zeros_like(x.parameter));
        Dictionary<string, Tensor> actual = names.ToOfficial(native, "gradients", parametersOnly: true);
        Dictionary<string, Tensor> expected = p.Gradients.WithPrefix(prefix);
        Assert.NotEmpty(expected);
        Assert.Subset(actual.Keys.ToHashSet(), expected.Keys.ToHashSet());
        List<string> faults = [];
        foreach ((string name, Tensor gradient) in actual)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor reference = expected.TryGetValue(name, out Tensor? e) ? e : zeros_like(gradient);
            double difference = ParityNetworks.Difference(reference, gradient), largest = reference.abs().max().item<float>();
            if (!(difference <= 1e-3 * largest + 1e-7)) faults.Add($"{name}: {difference:g3} of {largest:g3}");
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }
}
