"""A chat model out of a GGUF file, run in this process by OpenVINO GenAI: the embedded one, or one of the user's."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.core.errors import ModelError
from assistant.models.chat import AT_WORK
from assistant.models.chat.gguf.header import Header, lacks, read_header
from assistant.models.chat.gguf.openvino import open_pipeline

logger = logging.getLogger(__name__)

ROLES = {"human": "user", "ai": "assistant"}  # as templates call them; "system" is the same
MARKS = re.compile(r"\s*\[[\d, ]+\]")
LAST_SENTENCE = re.compile(r"[^.!?\n]{20,}[.!?\n]\s*$")


class InProcessChat(BaseChatModel):
    """Greedy, streaming, one generation at a time; loaded on first use or by `warm`.

    What `warm` is given is read once, so that the first question which starts with it need not. `keep_in` is the folder
    that may keep a converted copy of the weights, None for nowhere; `exact` is for the embedded model (`open_pipeline`).
    """

    weights: Path
    keep_in: Path | None = None
    exact: bool = False
    model: str
    max_new_tokens: int = 96
    context_tokens: int = 2048
    _pipeline: Any = PrivateAttr(default=None)
    _header: Header | None = PrivateAttr(default=None)
    _lock: Any = PrivateAttr(default_factory=Lock)

    @property
    def _llm_type(self) -> str:
        return "openvino-genai"

    def warm(self, prefix: Sequence[BaseMessage] = ()) -> None:
        """Start loading in the background and return at once; a failure shows at the first question.

        `prefix` is what every prompt starts with.
        """
        Thread(target=self._warm, args=(prefix,), name=AT_WORK, daemon=True).start()

    def _warm(self, prefix: Sequence[BaseMessage]) -> None:
        with self._lock:
            if self._pipeline is None:
                try:
                    self._generate_text(self.prompt(prefix, reply=False), 1, lambda piece: False)
                except ModelError as error:
                    logger.info(
                        "loading ahead failed: %s", error
                    )  # the first question tries again, and raises

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Yield the tokens as they come; closing the iterator ends the generation after its token."""
        pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
        cancelled = Event()
        finish: list[str] = []

        def run() -> None:
            try:
                with self._lock:
                    if not cancelled.is_set():
                        finish.append(self._reply(messages, stop or [], pieces, cancelled))
                pieces.put(None)
            except BaseException as error:  # handed to the thread that waits
                pieces.put(error)

        Thread(target=run, name=AT_WORK, daemon=True).start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            cancelled.set()
        ended = AIMessageChunk(content="", response_metadata={"finish_reason": finish[0]})
        yield ChatGenerationChunk(message=ended)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _reply(
        self,
        messages: Sequence[BaseMessage],
        stop: Sequence[str],
        pieces: "SimpleQueue[str | BaseException | None]",
        cancelled: Event,
    ) -> str:
        text = ""

        def take(piece: str) -> bool:
            nonlocal text
            text += piece
            pieces.put(piece)
            return cancelled.is_set() or repeats(text)

        return self._generate_text(self.prompt(messages), self.max_new_tokens, take, stop)

    def _generate_text(self, prompt: str, limit: int, take: Any, stop: Sequence[str] = ()) -> str:
        """Generate at most `limit` tokens until `take`, given each piece, says to end; return why."""
        import openvino_genai

        pipeline = self._load()
        if (length := len(self.tokens(prompt))) + limit > self.context_tokens:
            raise ModelError(
                f"question and evidence come to {length} tokens, {self.model} takes "
                f"{self.context_tokens - limit}: ask a shorter question, or set fewer passages"
            )
        config = openvino_genai.GenerationConfig(
            max_new_tokens=limit, do_sample=False, apply_chat_template=False, stop_strings=set(stop)
        )
        go_on, halt = openvino_genai.StreamingStatus.RUNNING, openvino_genai.StreamingStatus.STOP
        inputs = pipeline.get_tokenizer().encode(prompt, add_special_tokens=False)  # the template wrote them
        result = pipeline.generate(inputs, config, lambda piece: halt if take(piece) else go_on)
        cut = result.finish_reasons[0] == openvino_genai.GenerationFinishReason.LENGTH
        return "length" if cut else "stop"

    def tokens(self, prompt: str) -> list[int]:
        """Return the token ids of a finished prompt."""
        encoded = self._load().get_tokenizer().encode(prompt, add_special_tokens=False)
        ids: list[int] = encoded.input_ids.data[0].tolist()
        return ids

    def prompt(self, messages: Sequence[BaseMessage], *, reply: bool = True) -> str:
        """Write messages by the model's own template, with what its tokenizer takes for control tokens made harmless.

        Raises ModelError for a template that cannot be followed.
        """
        tokenizer = self._load().get_tokenizer()
        assert self._header is not None
        turns = [
            {"role": ROLES.get(item.type, item.type), "content": harmless(item.text, self._header.control)}
            for item in messages
        ]
        try:
            return str(tokenizer.apply_chat_template(turns, reply, extra_context={"enable_thinking": False}))
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1][:160]
            raise ModelError(f"the chat template of {self.model} cannot be followed: {reason}") from error

    def _load(self) -> Any:
        """Load the model once; the caller holds the lock. Raises ModelError when it cannot be loaded."""
        if self._pipeline is None:
            if not self.weights.is_file():
                raise ModelError(f"the weights {self.weights} are missing: run `bpo-kpo setup`")
            self._header = read_header(self.weights)
            if why := lacks(self._header):
                raise ModelError(f"{self.weights} cannot be run in this process: {why}")
            try:
                self._pipeline = open_pipeline(self.weights, self.keep_in, exact=self.exact)
            except (
                RuntimeError,
                IndexError,
                KeyError,
                ValueError,
                OSError,
            ) as error:  # as its reader puts what it cannot read
                reason = str(error).strip().splitlines()[-1]
                raise ModelError(
                    f"the model {self.weights} cannot be loaded by OpenVINO: {reason}"
                ) from error
        return self._pipeline


def harmless(text: str, control: Sequence[str]) -> str:
    """Part whatever in a text a tokenizer would take for one of its control tokens: <|im_end|> becomes < |im_end|>."""
    if not control:
        return text
    tokens = re.compile("|".join(re.escape(token) for token in sorted(control, key=len, reverse=True)))
    while tokens.search(text):
        text = tokens.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)
    return text


def repeats(text: str) -> bool:
    """Say whether the sentence just ended was there before: small models get caught in loops."""
    text = MARKS.sub("", text)  # with another marker it is still the same sentence
    last = LAST_SENTENCE.search(text)
    return bool(last) and last[0].strip() in text[: last.start()]  # type: ignore[index,union-attr]
