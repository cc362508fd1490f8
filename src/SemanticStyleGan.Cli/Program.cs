Console.WriteLine(SemanticStyleGan.SemanticLayout.Faces.Count);
Console.WriteLine(TorchSharp.torch.ones(2, 2).sum().item<float>());
