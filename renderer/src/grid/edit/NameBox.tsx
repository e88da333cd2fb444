// SPDX-License-Identifier: MIT
// A cell that takes a name from a list, or any other text.
import { ChevronDown } from 'lucide-react';
import { memo } from 'react';
import { Button, ComboBox, Input, ListBox, ListBoxItem, Popover } from 'react-aria-components';

export interface Choice {
  id: string;
  /** Said beside the name: the number, or what an interface is. */
  hint?: string;
}

export interface NameBoxProps {
  label: string;
  value: string;
  choices: readonly Choice[];
  placeholder?: string;
  isInvalid: boolean;
  isDisabled?: boolean;
  describedBy?: string | undefined;
  /** Given back to `onText`, so that one function serves all cells and a cell is drawn anew only for itself. */
  name: string;
  onText: (name: string, text: string) => void;
}

export const NameBox = memo(function NameBox(props: NameBoxProps) {
  const {
    label,
    value,
    choices,
    placeholder,
    isInvalid,
    isDisabled = false,
    describedBy,
    name,
    onText,
  } = props;
  // a list is only narrowed by what is typed; opened on a whole name it shows every choice
  const isWhole = value === '' || choices.some(({ id }) => id === value);
  const items = isWhole
    ? choices
    : choices.filter(({ id }) => id.toLowerCase().includes(value.toLowerCase()));
  return (
    <ComboBox
      className="name-box"
      aria-label={label}
      allowsCustomValue
      allowsEmptyCollection={false}
      inputValue={value}
      onInputChange={(text) => {
        if (text !== value) onText(name, text);
      }}
      items={items}
      defaultFilter={() => true}
      isInvalid={isInvalid}
      isDisabled={isDisabled}
    >
      <Input className="edit-input" {...(placeholder && { placeholder })} aria-describedby={describedBy} />
      <Button className="name-box-button" excludeFromTabOrder>
        <ChevronDown size={12} aria-hidden />
      </Button>
      <Popover className="pop" placement="bottom start">
        <ListBox className="menu">
          {(choice: Choice) => (
            <ListBoxItem id={choice.id} textValue={choice.id}>
              <span>{choice.id}</span>
              {choice.hint && <span className="menu-hint">{choice.hint}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
});
