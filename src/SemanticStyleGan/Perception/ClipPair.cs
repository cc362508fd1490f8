using System.Runtime.InteropServices;
using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>
/// A pair of encoders of pictures and of texts into one space (CLIP, Radford et al. 2021), from TorchScript files that the user has: the picture encoder
/// takes <c>[N, 3, S, S]</c> normalised as CLIP's, the text encoder tokens <c>[N, 77]</c> of int64; both give <c>[N, D]</c>.
/// </summary>
public sealed class ClipPair : IDisposable
{
    private static readonly float[] Mean = [0.48145466f, 0.4578275f, 0.40821073f], Deviation = [0.26862954f, 0.26130258f, 0.27577711f];
    private readonly jit.ScriptModule<Tensor, Tensor> images, texts;
    private readonly ClipTokenizer tokenizer;
    private readonly string names;
    private readonly int size;

    /// <summary>Opens the pair.</summary>
    /// <param name="imageFile">TorchScript file of the picture encoder.</param>
    /// <param name="textFile">TorchScript file of the text encoder.</param>
    /// <param name="vocabularyFile">CLIP's list of merges (<see cref="ClipTokenizer.Load"/>).</param>
    /// <param name="size">Side S of the pictures that the picture encoder takes; 224 in most.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InputException">A file is missing or is not what it should be.</exception>
    public ClipPair(string imageFile, string textFile, string vocabularyFile, int size, Device device)
    {
        (this.size, names) = (size, $"{imageFile}, {textFile}");
        tokenizer = ClipTokenizer.Load(vocabularyFile);
        images = Open(imageFile, device);
        texts = Open(textFile, device);
    }

    /// <summary>Pictures in CLIP's space; gradients reach the pictures.</summary>
    /// <param name="pictures"><c>[N, 3, R, R]</c>, -1 to 1.</param>
    /// <returns><c>[N, D]</c> of length 1.</returns>
    public Tensor OfPictures(Tensor pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scaled = F.interpolate((pictures + Constant(1)) / Constant(2), size: [size, size], mode: InterpolationMode.Bicubic, align_corners: false);
        Tensor mean = tensor(Mean, device: pictures.device).view(1, 3, 1, 1), deviation = tensor(Deviation, device: pictures.device).view(1, 3, 1, 1);
        return Embed(images, (scaled - mean) / deviation).MoveToOuterDisposeScope();
    }

    /// <summary>A text in CLIP's space, <c>[1, D]</c> of length 1.</summary>
    /// <exception cref="InputException">The text is empty or too long.</exception>
    public Tensor OfText(string text, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        return Embed(texts, tensor(tokenizer.Encode(text), device: device).unsqueeze(0)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        images.Dispose();
        texts.Dispose();
    }

    private Tensor Embed(jit.ScriptModule<Tensor, Tensor> encoder, Tensor input)
    {
        try
        {
            Tensor embedded = encoder.call(input).to(ScalarType.Float32);
            if (embedded.dim() != 2 || embedded.shape[0] != input.shape[0])
                throw new InputException($"{names}: an encoder gave shape [{string.Join(", ", embedded.shape)}], expected [{input.shape[0]}, D].");
            return F.normalize(embedded, dim: 1);
        }
        catch (ExternalException e)
        {
            throw new InputException($"{names}: an encoder can't take [{string.Join(", ", input.shape)}] of {input.dtype}: {FirstLine(e)} (is --clip-size right?)", e);
        }
    }

    private static jit.ScriptModule<Tensor, Tensor> Open(string file, Device device)
    {
        if (!File.Exists(file)) throw new InputException($"{file}: no such file, expected a TorchScript file.");
        try
        {
            jit.ScriptModule<Tensor, Tensor> module = jit.load<Tensor, Tensor>(file, device.type, device.index);
            module.eval();
            foreach (Parameter p in module.parameters()) p.requires_grad = false;
            return module;
        }
        catch (ExternalException e)
        {
            throw new InputException($"{file}: not a TorchScript file: {FirstLine(e)}", e);
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].Trim();
}
