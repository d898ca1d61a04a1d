"""Tell which hosted providers of chat models can be used: their package, and whether their key is set."""

import os
from dataclasses import dataclass

from assistant.index.thresholds import package_version
from assistant.models.chat.load import KEYS

ALWAYS = ("openai", "anthropic", "huggingface")  # come with the program
PROVIDERS = {
    "openai": ("langchain-openai", KEYS.get("openai", "OPENAI_API_KEY")),
    "anthropic": ("langchain-anthropic", KEYS.get("anthropic", "ANTHROPIC_API_KEY")),
    "huggingface": ("langchain-huggingface", "HF_TOKEN"),
    "cohere": ("langchain-cohere", "COHERE_API_KEY"),
    "deepseek": ("langchain-deepseek", "DEEPSEEK_API_KEY"),
    "fireworks": ("langchain-fireworks", "FIREWORKS_API_KEY"),
    "google_genai": ("langchain-google-genai", "GOOGLE_API_KEY"),
    "groq": ("langchain-groq", "GROQ_API_KEY"),
    "mistralai": ("langchain-mistralai", "MISTRAL_API_KEY"),
    "nvidia": ("langchain-nvidia-ai-endpoints", "NVIDIA_API_KEY"),
    "openrouter": ("langchain-openrouter", "OPENROUTER_API_KEY"),
    "perplexity": ("langchain-perplexity", "PPLX_API_KEY"),
    "together": ("langchain-together", "TOGETHER_API_KEY"),
    "upstage": ("langchain-upstage", "UPSTAGE_API_KEY"),
    "xai": ("langchain-xai", "XAI_API_KEY"),
}  # provider as LangChain names it: package, variable of its key
KNOWN: dict[str, tuple[str, str | None]] = {**PROVIDERS, "ollama": ("langchain-ollama", None)}


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider of chat models; `version` is None where its package is not installed."""

    name: str
    package: str
    version: str | None
    key: str  # variable its key is taken from; never the key
    key_set: bool


def hosted_providers() -> list[Provider]:
    """Return the providers that come with the program, then those whose package is installed besides."""
    found = []
    for name, (package, key) in PROVIDERS.items():
        installed = package_version(package)
        if name in ALWAYS or installed:
            found.append(
                Provider(
                    name=name,
                    package=package,
                    version=installed,
                    key=key,
                    key_set=bool(os.environ.get(key)),
                )
            )
    return found
