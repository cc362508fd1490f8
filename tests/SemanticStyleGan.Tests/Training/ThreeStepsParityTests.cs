using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Tests.Networks;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>Three iterations of D step and G step give the losses and pictures of the authors' program.</summary>
public sealed class ThreeStepsParityTests
{
    [Theory, InlineData("small"), InlineData("detached")]
    public void Three_steps_equal_the_reference(string folder)
    {
        using ParityNetworks p = new(folder);
        using Adam generatorAdam = new(p.Generator, 0.002, regularisationInterval: 4);
        using Adam discriminatorAdam = new(p.Discriminator, 0.002, regularisationInterval: 16);
        float[,] losses = new float[3, 3];
        for (int step = 0; step < 3; step++)
        {
            GeneratorOutput fake;
            using (no_grad()) fake = p.Generator.Synthesize(p["in.w_plus"]);
            Tensor lossD = AdversarialLoss.Discriminator(p.Discriminator.Forward(p["in.real_image"], p["in.real_seg"]), p.Discriminator.Forward(fake.Image, fake.Mask));
            Step(discriminatorAdam, lossD);

            fake = p.Generator.Synthesize(p.Generator.Mapping.Forward(p["in.z"]));
            Tensor lossG = AdversarialLoss.Generator(p.Discriminator.Forward(fake.Image, fake.Mask));
            Tensor lossMask = MaskConsistencyLoss.Compute(fake.CoarseMask, fake.Mask);
            Step(generatorAdam, lossG + lossMask * 100);
            (losses[step, 0], losses[step, 1], losses[step, 2]) = (lossD.item<float>(), lossG.item<float>(), lossMask.item<float>());
        }

        Tensor expected = p["out.three_steps_losses"];
        for (int step = 0; step < 3; step++)
            for (int i = 0; i < 3; i++)
            {
                float reference = expected[step, i].item<float>();
                Assert.True(Math.Abs(losses[step, i] - reference) <= 1e-3 * Math.Abs(reference), $"step {step}, loss {i}: {losses[step, i]}, expected {reference}");
            }
        using IDisposable _ = no_grad();
        p.AssertClose("out.three_steps_image", p.Generator.Synthesize(p.Generator.Mapping.Forward(p["in.z"])).Image, 5e-3);
    }

    private static void Step(Adam adam, Tensor loss)
    {
        adam.ZeroGradients();
        loss.backward();
        adam.Step();
        adam.ZeroGradients();
    }
}
