using SemanticStyleGan.Formats;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class ConvertTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semantic-stylegan-test-").FullName;

    private static string Official => Path.Combine(AppContext.BaseDirectory, "Fixtures", "parity", "small", "000003.pt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void An_official_checkpoint_becomes_a_model_and_generates_the_same()
    {
        Run("convert", "--from", Official, "--to", At("model.safetensors")).AssertDone();
        Result info = Run("info", "--model", At("model.safetensors"));
        info.AssertDone();
        Assert.Contains("32×32", info.Output);
        foreach ((string model, string output) in ((string, string)[])[(Official, "a"), (At("model.safetensors"), "b")])
            Run("generate", "--model", model, "--count", "2", "--save-arrays", "--out", At(output)).AssertDone();
        foreach (string file in (string[])["image.npy", "mask.npy", "latents.npy", "images/000001.png"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(At("a"), file)), File.ReadAllBytes(Path.Combine(At("b"), file)));

        Run("convert", "--from", At("model.safetensors"), "--to", At("back.pt")).AssertDone();
        using PyTorchCheckpoint back = PyTorchCheckpoint.Read(At("back.pt"));
        Assert.Equal((180, 32L), (back.AverageGenerator!.Count, (long)back.Arguments["size"]!));

        Run("convert", "--from", At("model.safetensors"), "--to", At("half.safetensors"), "--half").AssertDone();
        Assert.InRange(new FileInfo(At("half.safetensors")).Length, 0, 0.65 * new FileInfo(At("model.safetensors")).Length);
        Run("generate", "--model", At("half.safetensors"), "--count", "1", "--out", At("c")).AssertDone();

        Run("convert", "--from", At("model.safetensors"), "--mean-with", At("half.safetensors"), "--to", At("mean.safetensors")).AssertDone();
        Run("convert", "--from", At("model.safetensors"), "--truncation", "0.8", "--to", At("tamer.safetensors")).AssertDone();
        Run("convert", "--from", At("model.safetensors"), "--truncation", "1.1", "--parts", "base", "--to", At("wider.safetensors")).AssertDone();
        Run("generate", "--model", At("mean.safetensors"), "--count", "1", "--out", At("d")).AssertDone();
    }

    [Fact]
    public void An_official_checkpoint_becomes_a_run_and_a_run_an_official_checkpoint()
    {
        Result made = Run("convert", "--from", Official, "--to", At("run"), "--batch", "4");
        made.AssertDone();
        Assert.Contains("12 images", made.Output);
        Run("info", "--model", At("run")).AssertDone();
        Run("convert", "--from", At("run"), "--to", At("000003.pt")).AssertDone();
        using PyTorchCheckpoint before = PyTorchCheckpoint.Read(Official), after = PyTorchCheckpoint.Read(At("000003.pt"));
        Assert.Equal(before.GeneratorOptimizer!.Steps, after.GeneratorOptimizer!.Steps);
        Assert.Equal(before.Discriminator!["final_linear.1.weight"].data<float>().ToArray(), after.Discriminator!["final_linear.1.weight"].data<float>().ToArray());
        Run("convert", "--from", Official, "--to", At("run"), "--batch", "4").AssertRefused("holds a run already");
    }

    [Fact]
    public void What_can_not_be_converted_is_refused_in_one_line()
    {
        File.WriteAllText(At("bad.pt"), "not found");
        Run("convert", "--from", At("bad.pt"), "--to", At("a.safetensors")).AssertRefused("bad.pt: byte 0", "torch.save");
        Run("convert", "--from", At("none.pt"), "--to", At("a.safetensors")).AssertRefused("no such model");
        Run("convert", "--from", Official, "--to", At("a.onnx")).AssertRefused(".safetensors", ".pt");
        Run("convert", "--from", Official, "--to", Official).AssertRefused("exists", "--overwrite");
        Run("convert", "--from", Official, "--to", At("run"), "--half").AssertRefused("--half");
        Run("convert", "--from", Official, "--to", At("a.safetensors"), "--mean-with", Official, "--discriminator").AssertRefused("--mean-with", "--discriminator");
        Run("convert", "--from", Official, "--to", At("run"), "--mean-with", Official).AssertRefused("--mean-with", ".safetensors");
        Run("convert", "--from", Official, "--to", At("a.safetensors"), "--truncation", "3").AssertRefused("--truncation", "from 0.01 to 2");
        Run("convert", "--from", Official, "--to", At("a.safetensors"), "--truncation", "1.1", "--parts", "beard").AssertRefused("unknown part 'beard'");
        Run("convert", "--from", Official, "--to", At("a.safetensors"), "--parts", "base").AssertRefused("--parts", "--truncation");
        Run("convert", "--from", Official, "--to", At("a.safetensors"), "--mean-with", "synthetic-faces-64").AssertRefused("other sizes", "one run");
        Assert.Equal(["bad.pt"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }
}
